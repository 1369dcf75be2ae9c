/** Scripts that make a shell complete `harness`: they ask the command itself what may follow, so that they never fall
 *  behind it. What it knows nothing of (paths, run folders) the shell completes as files. */
import type { Shell } from './commands/completion.ts';

/** What the command answers to: `name`, or `name:description` where SHELL is zsh. */
const ASK = 'harness --get-yargs-completions';

export const completionScripts: { readonly [Name in Shell]: string } = {
  bash: `# bash completion of harness: source <(npx harness completion bash)
_harness_completion() {
  local current="\${COMP_WORDS[COMP_CWORD]}"
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(SHELL=/bin/bash ${ASK} "\${COMP_WORDS[@]:0:COMP_CWORD}" "$current" 2>/dev/null)" -- "$current"))
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -F _harness_completion harness
`,
  zsh: `#compdef harness
# zsh completion of harness: source <(npx harness completion zsh), after compinit
_harness() {
  local -a found
  found=("\${(@f)$(SHELL=/bin/zsh ${ASK} "\${words[@]:0:$((CURRENT - 1))}" "\${words[CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then
    _describe 'harness' found
  else
    _files
  fi
}
compdef _harness harness
`,
  fish: `# fish completion of harness: npx harness completion fish > ~/.config/fish/completions/harness.fish
function __harness_completion
  set -lx SHELL /bin/zsh
  set -l words (commandline --tokenize --cut-at-cursor) (commandline --current-token --cut-at-cursor)
  ${ASK} $words 2>/dev/null | string replace -r '^([^:]+):(.*)$' '$1\\t$2'
end
complete -c harness -a '(__harness_completion)'
`,
};
