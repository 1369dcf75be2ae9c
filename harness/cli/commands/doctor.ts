/** harness doctor: options and help; looking is imported when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { jsonOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .option('json', jsonOption('all that was found'))
    .example('$0 doctor', 'what this machine can run, within five seconds');

export type DoctorArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof options>['argv']>>;

export const doctorCommand: CommandModule<object, DoctorArguments> = {
  builder: options,
  handler: async (argv) => {
    const { doctorFromCommandLine } = await import('../doctor-from-command-line.ts');
    await doctorFromCommandLine(argv);
  },
};
