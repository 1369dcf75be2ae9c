/** harness doctor, at work: looks, and says what it found. Ends with 3 where the harness cannot work here. */
import { diagnose } from '../doctor/diagnosis.ts';
import type { DoctorArguments } from './commands/doctor.ts';
import { renderDiagnosis } from './render-doctor.ts';

export async function doctorFromCommandLine({ json }: DoctorArguments): Promise<void> {
  const diagnosis = await diagnose();
  process.stdout.write(json ? `${JSON.stringify(diagnosis)}\n` : renderDiagnosis(diagnosis));
  if (diagnosis.findings.some(({ kind }) => kind === 'fault')) process.exitCode = 3;
}
