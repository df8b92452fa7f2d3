# What Debian wants otherwise than cmake --install has it: man pages and
# changelogs compressed without a time stamp (policy 12.1, 12.7), a changelog of
# the package, and what a package gives to zsh and to systemd in the
# directories that are theirs.
set(share ${CPACK_TEMPORARY_DIRECTORY}/usr/share)
set(doc ${share}/doc/syncq)
set(debian ${CMAKE_CURRENT_LIST_DIR}/debian)

# Of the commit that is built, if SOURCE_DATE_EPOCH tells.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE ${doc}/changelog
"syncq (${CPACK_PACKAGE_VERSION}) stable; urgency=medium

  * Version ${CPACK_PACKAGE_VERSION}: CHANGELOG.md says what is new.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
file(GLOB_RECURSE pages ${share}/man/*.[1-9])
execute_process(COMMAND gzip -9n ${pages} ${doc}/changelog
                COMMAND_ERROR_IS_FATAL ANY)

file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)
file(MAKE_DIRECTORY ${CPACK_TEMPORARY_DIRECTORY}/usr/lib)
file(RENAME ${share}/systemd ${CPACK_TEMPORARY_DIRECTORY}/usr/lib/systemd)
file(COPY ${debian}/lintian-overrides
     DESTINATION ${share}/lintian/overrides)
file(RENAME ${share}/lintian/overrides/lintian-overrides
     ${share}/lintian/overrides/syncq)
