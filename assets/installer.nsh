; Offers Taillight for .gz under "Open with". The installer's own file associations would take over the default
; program for .gz and not give it back when Taillight is removed.
!define COMPRESSED_LOG "Taillight.CompressedLog"

!macro customInstall
  WriteRegNone SHELL_CONTEXT "Software\Classes\.gz\OpenWithProgids" "${COMPRESSED_LOG}"
  WriteRegStr SHELL_CONTEXT "Software\Classes\${COMPRESSED_LOG}" "" "Compressed log file"
  WriteRegStr SHELL_CONTEXT "Software\Classes\${COMPRESSED_LOG}\DefaultIcon" "" "$appExe,0"
  WriteRegStr SHELL_CONTEXT "Software\Classes\${COMPRESSED_LOG}\shell\open" "" "Open with ${PRODUCT_NAME}"
  WriteRegStr SHELL_CONTEXT "Software\Classes\${COMPRESSED_LOG}\shell\open\command" "" '"$appExe" "%1"'
!macroend

!macro customUnInstall
  DeleteRegValue SHELL_CONTEXT "Software\Classes\.gz\OpenWithProgids" "${COMPRESSED_LOG}"
  DeleteRegKey SHELL_CONTEXT "Software\Classes\${COMPRESSED_LOG}"
!macroend
