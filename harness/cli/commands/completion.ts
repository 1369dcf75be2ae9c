/** harness completion: options and help; the scripts are imported when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';

const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const options = (yargs: Argv<object>) =>
  yargs
    .positional('shell', { describe: 'Shell', choices: shells, demandOption: true })
    .epilogue(
      'bash, in ~/.bashrc:             source <(npx harness completion bash)\n' +
        'zsh, in ~/.zshrc, after compinit: source <(npx harness completion zsh)\n' +
        'fish, once:  npx harness completion fish > ~/.config/fish/completions/harness.fish',
    )
    .example('$0 completion bash', 'the script that completes commands, options and their values');

export type CompletionArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const completionCommand: CommandModule<object, CompletionArguments> = {
  builder: options,
  handler: async ({ shell }) => {
    const { completionScripts } = await import('../completion-scripts.ts');
    process.stdout.write(completionScripts[shell]);
  },
};
