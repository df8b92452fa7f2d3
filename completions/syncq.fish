# fish completion for syncq(1). Names come from a running daemon:
# none is ever started to complete a word.

function __syncq_values
    # Names and UUIDs need no quoting in JSON, so no parser is needed.
    syncq $argv[2..] -o json --no-spawn 2>/dev/null |
        string match -ra "\"$argv[1]\": *\"[^\"]*\"" |
        string replace -r '.*"(.*)"' '$1' | sort -u
end

function __syncq_fifos
    __syncq_values name fifo ls
end

# The words of the line that are neither options nor their values.
function __syncq_words
    set -l known o/output= e/endpoint= socket= no-spawn u/uuid= t/ticket= \
        n/nowait w/wait= E/conflict-exit-code= slots= timeout= k/kill-after= \
        nested= status= s/signal= on-failure= \
        label= q/quiet name= wait-timeout= accept-timeout= done-timeout= \
        unused-destroy-timeout= allow-overrides idle-exit= durability= \
        log-level= max-message= max-in-flight= tcp= tcp-no-token \
        allow-host= tcp-timeout= f/follow since= level= ephemeral capacity= \
        overflow= max-attempts= dead-letter= null delay= ttl= key= type= \
        newest allow-empty lease= lease-file= dead by= j/jobs= until-empty \
        y/yes wide force all repair greet state= limit= from= to= no-capacity no-dead-letter
    set -l line (commandline -opc)[2..]
    argparse -i $known -- $line 2>/dev/null
    # The last is an option without its value yet.
    or argparse -i $known -- $line[1..-2] 2>/dev/null
    string match -v -- '-*' $argv
end

# Whether the line so far is: the commands given, then this many operands; `1+`
# is one or more.
function __syncq_at
    set -l words (__syncq_words)
    set -l depth (math (count $argv) - 1)
    set -l operands (math (count $words) - $depth)
    test $operands -ge 0 || return 1
    test "$words[1..$depth]" = "$argv[1..$depth]" || return 1
    if string match -q '*+' $argv[-1]
        test $operands -ge (string trim -c + $argv[-1])
    else
        test $operands -eq $argv[-1]
    end
end

function __syncq_tickets
    set -l words (__syncq_words)
    __syncq_values ticket fifo show $words[3]
end

function __syncq_top
    test (count (__syncq_words)) -eq 0
end

function __syncq_dashes
    contains -- -- (commandline -opc)
end

set -l run '__syncq_at run 0; or __syncq_at run 1; or __syncq_at fifo run 0; or __syncq_at fifo run 1'
set -l fifos '__syncq_at run 0; or __syncq_at history 0; or __syncq_at fifo run 0; or __syncq_at fifo ticket 0; or __syncq_at fifo wait 0; or __syncq_at fifo done 0; or __syncq_at fifo touch 0; or __syncq_at fifo set 0; or __syncq_at fifo front 0; or __syncq_at fifo cancel 0; or __syncq_at fifo kill 0; or __syncq_at fifo pause 0; or __syncq_at fifo resume 0; or __syncq_at fifo show 0; or __syncq_at fifo rm 0+'
# `help` is followed by the same words.
set -l top '__syncq_top; or __syncq_at help 0'
set -l fifo '__syncq_at fifo 0; or __syncq_at help fifo 0'
set -l queue '__syncq_at queue 0; or __syncq_at help queue 0'
set -l daemon '__syncq_at daemon 0; or __syncq_at help daemon 0'
set -l timeouts '__syncq_at fifo new 0+; or __syncq_at fifo ticket 0+; or __syncq_at fifo set 0+'
set -l uuid (for verb in run ticket wait done touch set front cancel kill pause resume show rm; echo "__syncq_at fifo $verb 0+"; end | string join '; or ')"; or __syncq_at history 0+"
set -l tickets '__syncq_at fifo front 1; or __syncq_at fifo cancel 1; or __syncq_at fifo kill 1; or __syncq_at fifo wait 1; or __syncq_at fifo done 1; or __syncq_at fifo touch 1'

complete -c syncq -f
complete -c syncq -s o -l output -x -a 'raw json' -d 'How to print'
complete -c syncq -s e -l endpoint -x -d 'Use the daemon at this URL'
complete -c syncq -l socket -r -F -d 'Use the daemon at this socket'
complete -c syncq -l no-spawn -d 'Never start a daemon'
complete -c syncq -s h -l help -d 'Show the options'
complete -c syncq -n __syncq_top -l version -d 'Print the version'

complete -c syncq -n $top -a run -d 'Run a command when it is its turn'
complete -c syncq -n $top -a fifo -d 'Make and look at FIFOs'
complete -c syncq -n $top -a queue -d 'Keep messages and work through them'
complete -c syncq -n $top -a history -d 'Show the turns that have ended'
complete -c syncq -n '__syncq_at history 0+' -s n -l lines -x -d 'So many turns'
complete -c syncq -n '__syncq_at history 0+' -l failed -d 'Those that did not go well'
complete -c syncq -n $top -a status -d 'Show how the daemon does'
complete -c syncq -n $top -a doctor -d 'Check that all is sound'
complete -c syncq -n '__syncq_at doctor 0' -l repair -d 'Make a new store of what can be read'
complete -c syncq -n $top -a daemon -d 'Start, stop and watch the daemon'
complete -c syncq -n __syncq_top -a help -d 'Show the commands'
complete -c syncq -n $top -a version -d 'Print the version'

complete -c syncq -n $fifo -a run -d 'Run a command when it is its turn'
complete -c syncq -n $fifo -a new -d 'Make a FIFO'
complete -c syncq -n $fifo -a ticket -d 'Take a ticket'
complete -c syncq -n $fifo -a wait -d 'Wait for its turn'
complete -c syncq -n $fifo -a done -d 'Say that the work is done'
complete -c syncq -n $fifo -a touch -d 'Restart its done timeout'
complete -c syncq -n $fifo -a set -d 'Change slots and timeouts'
complete -c syncq -n $fifo -a front -d 'Move a ticket to the front'
complete -c syncq -n $fifo -a cancel -d 'End tickets that wait'
complete -c syncq -n '__syncq_at fifo cancel 0+' -l all -d 'All that wait'
complete -c syncq -n $fifo -a kill -d 'Signal the command that has the turn'
complete -c syncq -n '__syncq_at fifo kill 0+' -s s -l signal -x -a 'HUP INT QUIT KILL TERM STOP CONT USR1 USR2' -d 'The signal'
complete -c syncq -n '__syncq_at fifo kill 0+' -s k -l kill-after -x -d 'Send KILL if the turn has not ended'
complete -c syncq -n $fifo -a pause -d 'Give no turns for a while'
complete -c syncq -n $fifo -a resume -d 'Give turns again'
complete -c syncq -n $fifo -a ls -d 'List the FIFOs'
complete -c syncq -n $fifo -a show -d 'Show a FIFO and its tickets'
complete -c syncq -n $fifo -a rm -d 'Destroy FIFOs'

complete -c syncq -n $queue -a new -d 'Make a queue'
complete -c syncq -n $queue -a ls -d 'List the queues'
complete -c syncq -n $queue -a show -d 'Show a queue'
complete -c syncq -n $queue -a rm -d 'Remove queues'
complete -c syncq -n $queue -a purge -d 'Remove all messages'
complete -c syncq -n $queue -a set -d 'Change the limits of a queue'
complete -c syncq -n $queue -a delete -d 'Remove messages by their ids'
complete -c syncq -n $queue -a pause -d 'Give no message out'
complete -c syncq -n $queue -a resume -d 'Let a paused queue go on'
complete -c syncq -n $queue -a redrive -d 'Put dead letters back'
complete -c syncq -n $queue -a push -d 'Put messages at the tail'
complete -c syncq -n $queue -a pop -d 'Take the oldest message'
complete -c syncq -n $queue -a peek -d 'Read a message and leave it there'
complete -c syncq -n $queue -a consume -d 'Take the message at an index'
complete -c syncq -n $queue -a ack -d 'A leased message is done'
complete -c syncq -n $queue -a nack -d 'Give a leased message back'
complete -c syncq -n $queue -a extend -d 'Keep a lease for longer'
complete -c syncq -n $queue -a each -d 'Run a command for each message'

complete -c syncq -n $daemon -a run -d 'Be the daemon'
complete -c syncq -n $daemon -a start -d 'Start the daemon'
complete -c syncq -n $daemon -a stop -d 'Stop the daemon'
complete -c syncq -n $daemon -a restart -d 'Stop and start the daemon'
complete -c syncq -n $daemon -a status -d 'Show how it does, start none'
complete -c syncq -n $daemon -a config -d 'Show its settings'
complete -c syncq -n $daemon -a logs -d 'Print its log'
complete -c syncq -n $daemon -a dial -d 'Be the other end of ssh://HOST'
complete -c syncq -n $daemon -a token -d 'Print its token for TCP'

complete -c syncq -n $fifos -a '(__syncq_fifos)' -d FIFO
complete -c syncq -n $uuid -s u -l uuid -x -a '(__syncq_fifos)' -d 'The FIFO'
complete -c syncq -n $tickets -a '(__syncq_tickets)' -d ticket
complete -c syncq -n '__syncq_at fifo wait 0+; or __syncq_at fifo done 0+; or __syncq_at fifo touch 0+; or __syncq_at fifo front 0+; or __syncq_at fifo cancel 0+; or __syncq_at fifo kill 0+' -s t -l ticket -x -d 'The ticket'

complete -c syncq -n '__syncq_at fifo done 0+' -l status -x -d 'How the work ended'
complete -c syncq -n '__syncq_at fifo done 0+' -l force -d 'Also while its command still runs'
complete -c syncq -n $run -s n -l nowait -d 'Do not wait'
complete -c syncq -n $run -s w -l wait -x -d 'Wait so long, then give up'
complete -c syncq -n $run -s E -l conflict-exit-code -x -d 'The exit status for having given up'
complete -c syncq -n $run -l timeout -x -d 'End the command after so long'
complete -c syncq -n $run -l kill-after -x -d 'Kill it so long after that'
complete -c syncq -n $run -l label -x -d 'What others see as the holder'
complete -c syncq -n $run -l nested -x -a 'refuse within wait' -d 'Inside a turn of the same FIFO'
complete -c syncq -n $run -s q -l quiet -d 'Say nothing while waiting'
complete -c syncq -n "$run; or __syncq_at fifo new 0+; or __syncq_at fifo set 0+" -l slots -x -d 'How many at once'
set -l valued -o --output -e --endpoint --socket -w --wait -E --conflict-exit-code --slots --timeout --kill-after --label --nested
complete -c syncq -n '__syncq_at run 1+; and __syncq_dashes' -a "(__fish_complete_subcommand --fcs-skip=3 $valued)"
complete -c syncq -n '__syncq_at fifo run 1+; and __syncq_dashes' -a "(__fish_complete_subcommand --fcs-skip=4 $valued)"
complete -c syncq -n 'not __syncq_dashes; and begin; __syncq_at run 1; or __syncq_at fifo run 1; or __syncq_at queue each 1; end' -a '--'
complete -c syncq -n '__syncq_at fifo wait 0+' -l timeout -x -d 'Give up after so long'
complete -c syncq -n '__syncq_at fifo new 0+' -l name -x -d 'Its name'
complete -c syncq -n $timeouts -l wait-timeout -x -d 'How long a ticket may wait'
complete -c syncq -n $timeouts -l accept-timeout -x -d 'How long a turn is kept'
complete -c syncq -n $timeouts -l done-timeout -x -d 'How long the work may take'
complete -c syncq -n '__syncq_at fifo new 0+; or __syncq_at fifo set 0+' -l unused-destroy-timeout -x -d 'How long it is kept unused'
complete -c syncq -n '__syncq_at fifo new 0+' -l allow-overrides -d 'Tickets may bring timeouts'
set -l settings '__syncq_at daemon run 0; or __syncq_at daemon start 0; or __syncq_at daemon restart 0'
complete -c syncq -n $settings -l idle-exit -x -d 'End after so long without work'
complete -c syncq -n $settings -l durability -x -a 'full normal' -d 'What answers survive'
complete -c syncq -n $settings -l log-level -x -a 'debug info warn error' -d 'How much to log'
complete -c syncq -n $settings -l max-message -x -d 'The largest body in bytes'
complete -c syncq -n $settings -l max-in-flight -x -d 'Bytes of all bodies and answers under way'
complete -c syncq -n $settings -l tcp -x -d 'Listen there too'
complete -c syncq -n $settings -l tcp-no-token -d 'Ask no token of TCP clients'
complete -c syncq -n $settings -l allow-host -x -d 'Another name for this daemon'
complete -c syncq -n $settings -l tcp-timeout -x -d 'Notice a vanished client after so long'
complete -c syncq -n '__syncq_at daemon dial 0' -l greet -d 'First say whether a daemon is reached'
complete -c syncq -n '__syncq_at daemon token 0' -l rotate -d 'Make a new one first'
complete -c syncq -n '__syncq_at daemon logs 0' -s f -l follow -d 'Go on with what is logged'
complete -c syncq -n '__syncq_at daemon logs 0' -s n -l lines -x -d 'How many of the last lines'
complete -c syncq -n '__syncq_at daemon logs 0' -l since -x -d 'What is younger than a duration or a time'
complete -c syncq -n '__syncq_at daemon logs 0' -l level -x -a 'debug info warn error' -d 'That level and what is worse'
complete -c syncq -n '__syncq_at queue show 0; or __syncq_at queue set 0; or __syncq_at queue delete 0; or __syncq_at queue pause 0; or __syncq_at queue resume 0; or __syncq_at queue redrive 0; or __syncq_at queue rm 0+; or __syncq_at queue purge 0; or __syncq_at queue push 0; or __syncq_at queue pop 0; or __syncq_at queue peek 0; or __syncq_at queue consume 0; or __syncq_at queue ack 0; or __syncq_at queue nack 0; or __syncq_at queue extend 0; or __syncq_at queue each 0' -a '(__syncq_values name queue ls)' -d queue
complete -c syncq -n '__syncq_at history 0+; or __syncq_at fifo ls 0; or __syncq_at fifo show 0+; or __syncq_at queue ls 0' -l wide -d 'All columns, and none cut'
set -l removal '__syncq_at fifo rm 0+; or __syncq_at queue rm 0+; or __syncq_at queue purge 0+'
complete -c syncq -n $removal -s y -l yes -d 'Do not ask'
complete -c syncq -n $removal -s q -l quiet -d 'Do not say what was removed'
complete -c syncq -n '__syncq_at queue show 0+' -l state -x -a 'ready delayed leased dead' -d 'Which messages'
complete -c syncq -n '__syncq_at queue redrive 0+' -l to -x -a '(__syncq_values name queue ls)' -d 'Put them there instead'
complete -c syncq -n '__syncq_at queue show 0+; or __syncq_at queue redrive 0+' -s n -l limit -x -d 'How many of them'
complete -c syncq -n '__syncq_at queue show 0+' -l from -x -d 'The index of the first'
complete -c syncq -n '__syncq_at queue new 0+' -l ephemeral -d 'In memory only'
complete -c syncq -n '__syncq_at queue new 0+; or __syncq_at queue set 0+' -l capacity -x -d 'How many messages it holds'
complete -c syncq -n '__syncq_at queue set 0+' -l no-capacity -d 'As many as there are'
complete -c syncq -n '__syncq_at queue set 0+' -l no-dead-letter -d 'A message may fail for ever'
complete -c syncq -n '__syncq_at queue new 0+; or __syncq_at queue set 0+' -l overflow -x -a 'evict reject' -d 'What a push does when it is full'
complete -c syncq -n '__syncq_at queue new 0+; or __syncq_at queue set 0+; or __syncq_at queue each 0+' -l max-attempts -x -d 'How often a message may fail'
complete -c syncq -n '__syncq_at queue new 0+; or __syncq_at queue set 0+' -l dead-letter -x -a '(__syncq_values name queue ls)' -d 'Where it then moves'
complete -c syncq -n '__syncq_at queue push 0+' -l lines -d 'Each line is a message'
complete -c syncq -n '__syncq_at queue push 0+' -s 0 -l null -d 'Messages end with a NUL'
complete -c syncq -n '__syncq_at queue push 0+; or __syncq_at queue nack 0+' -l delay -x -d 'Not to be read before so long'
complete -c syncq -n '__syncq_at queue push 0+' -l ttl -x -d 'Dropped after so long'
complete -c syncq -n '__syncq_at queue push 0+' -l key -x -d 'Store a message with this key once'
complete -c syncq -n '__syncq_at queue push 0+' -l type -x -d 'The Content-Type'
complete -c syncq -n '__syncq_at queue pop 0+' -s w -l wait -d 'Wait for a message'
complete -c syncq -n '__syncq_at queue push 0+' -l allow-empty -d 'An empty stdin is a message'
complete -c syncq -n '__syncq_at queue pop 0+' -l newest -d 'The newest message'
complete -c syncq -n '__syncq_at queue pop 0+; or __syncq_at queue each 0+' -l lease -x -d 'How long the lease is'
complete -c syncq -n '__syncq_at queue pop 0+' -l lease-file -r -F -d 'Write its id there'
complete -c syncq -n '__syncq_at queue nack 0+' -l dead -d 'To the dead letter queue'
complete -c syncq -n '__syncq_at queue nack 0+' -l reason -x -d 'Why it failed'
complete -c syncq -n '__syncq_at queue extend 0+' -l by -x -d 'How long from now'
complete -c syncq -n '__syncq_at queue each 0+' -s j -l jobs -x -d 'How many at once'
complete -c syncq -n '__syncq_at queue each 0+' -l on-failure -x -a 'continue stop' -d 'When the command fails'
complete -c syncq -n '__syncq_at queue each 0+' -l until-empty -d 'End when nothing is left'
complete -c syncq -n '__syncq_at queue redrive 0+; or __syncq_at queue push 0+; or __syncq_at queue pop 0+; or __syncq_at queue peek 0+; or __syncq_at queue consume 0+; or __syncq_at queue each 0+' -s q -l quiet -d 'Say less'
complete -c syncq -n '__syncq_at queue each 1+; and __syncq_dashes' -a "(__fish_complete_subcommand --fcs-skip=4 $valued -j --jobs --lease --max-attempts --on-failure)"
