# fish completion for syncq(1): asks syncq, which knows its own options, and the
# names of a daemon that runs. None is ever started to complete a word.

function __syncq_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program syncq
    command -q $words[1]; and set program $words[1]
    set -l reply ($program __complete fish $words[2..] $current 2>/dev/null)
    switch "$reply[1]"
        case words
            string join \n -- $reply[2..]
        case files
            set -l option (string match -r '^-[^=]*=' -- $current)
            __fish_complete_path (string replace -r '^-[^=]*=' '' -- $current) |
                string replace -r '^' -- "$option"
        case command
            set -l dashes (contains -i -- -- $words)
            or return
            complete -C (string join ' ' -- (string escape -- $words[(math $dashes + 1)..]) $current)
    end
end

complete -c syncq -f -k -a '(__syncq_complete)'
