# What Debian wants otherwise than cmake --install has it: man pages
# compressed without a time stamp (policy 12.1), and what a package gives to
# zsh in a directory that its zsh reads.
set(share ${CPACK_TEMPORARY_DIRECTORY}/usr/share)
file(GLOB_RECURSE pages ${share}/man/*.[1-9])
execute_process(COMMAND gzip -9n ${pages} COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)
