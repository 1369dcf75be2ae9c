/** The confusion table of planted faults and gates: harness/catalog/PLANTED-FAULTS.md.
 *
 *    npm run check:planted-faults */
import { FAULTS, judgePlantedFaults } from '../helpers/planted-faults.ts';

const results = await judgePlantedFaults();
const metrics = results[0]!.verdict.gates.map(({ metric, kind }) =>
  kind === 'notWorseThan' ? `${metric} notWorseThan` : metric,
);
const rows = [...new Set(metrics)].filter((metric) => results.some(({ failed }) => failed.includes(metric)));
const names = results.map(({ fault }) => fault);
console.log(`| gate | ${names.join(' | ')} |`);
console.log(`| --- |${names.map(() => ' --- |').join('')}`);
for (const metric of rows) {
  const cells = results.map(({ fault, failed }) => {
    const meant = (FAULTS[fault].caughtBy as readonly string[]).includes(metric);
    return failed.includes(metric) ? (meant ? '**✕**' : '✕') : meant ? '!' : '';
  });
  console.log(`| ${metric.replace('quality/', '')} | ${cells.join(' | ')} |`);
}
const counts = results.map(({ failed }) => String(failed.length));
console.log(`| *gates failed, of ${metrics.length}* | ${counts.join(' | ')} |`);
for (const { fault, failed, verdict } of results) {
  const open = verdict.gates.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'fail');
  console.error(
    `${fault}: ${failed.length} fail; ${open.map(({ metric, outcome, reason }) => `${metric} ${outcome} ${reason ?? ''}`).join('; ')}`,
  );
}
