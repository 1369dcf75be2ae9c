import { expect, test } from '@playwright/test';
import { personalData, secrets } from '../../../../harness/metrics/personal-data.ts';

test('finds personal data by its form, and leaves examples and plain numbers alone', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['Write to maria.lopez@acme-tools.io, please.', ['email']],
    ['Write to jane@example.com or you@yourdomain.com.', []],
    ['Call +44 20 7946 0018 or (212) 867-5309.', ['phone']],
    ['Call 555-0123 or (555) 555-0100.', []],
    ['Card 4539 1488 0343 6467, thanks.', ['card']],
    ['Order 4539 1488 0343 6468 and 1111 1111 1111 1111', []],
    ['DE89 3704 0044 0532 0130 00', ['iban']],
    ['DE88 3704 0044 0532 0130 00', []],
    ['SSN 536-22-1843.', ['ssn']],
    ['The form says 123-45-6789; 000-12-3456.', []],
    ['Host 81.2.69.142 answered', ['ip-address']],
    ['127.0.0.1, 192.168.1.1, 203.0.113.7, version 1.2.3', []],
    ['Pi is 3.14159265358979 and 2,147,483,647 is a prime; born 1990-04-12, ISBN 978-3-16-148410-0.', []],
    ['', []],
  ];
  for (const [text, kinds] of cases) expect(personalData(text), text).toEqual(kinds);
});

test('finds keys and tokens, not their placeholders', () => {
  const key = (prefix: string, length: number) =>
    prefix + 'aB3dE5gH7jK9mN2pQ4sT6vW8yZaC1eF'.repeat(4).slice(0, length);
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['export AWS=AKIAQ7BZ4MTPXW3N6RVD', ['aws-key']],
    [key('ghp_', 36), ['github-token']],
    [key('sk-proj-', 40), ['api-key']],
    [key('AIza', 35), ['google-key']],
    [`-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEAlong`, ['private-key']],
    ['sk-your-api-key-goes-right-here-please', []],
    ['AKIAXXXXXXXXXXXXXXXX', []],
    ['Use the sk- prefix and a private key.', []],
  ];
  for (const [text, kinds] of cases) expect(secrets(text), text).toEqual(kinds);
});
