// Lets a Node that does not run TypeScript by itself (before 22.18) run the sources of a checkout.
import { register } from 'node:module';

if (!process.features.typescript) {
  process.setSourceMapsEnabled(true);
  register('./typescript-hooks.js', import.meta.url);
}
