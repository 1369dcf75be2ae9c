/** The command line: parses, runs the command, tells of what went wrong. */
import { hideBin } from 'yargs/helpers';
import { createParser } from './parser.ts';
import { reportError } from './report-error.ts';

const parser = (await createParser(hideBin(process.argv)))
  .wrap(Math.min(100, process.stdout.columns ?? 80))
  .fail((message, error) => {
    if (error) throw error;
    process.stderr.write(`${message}\n\nTry: harness --help\n`);
    process.exit(2);
  });

try {
  await parser.parseAsync();
} catch (error) {
  process.exitCode = reportError(error);
}
