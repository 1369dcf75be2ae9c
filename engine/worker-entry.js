// Starts a worker thread on a module that may still be TypeScript: a worker does not inherit the loader of its parent.
import { workerData } from 'node:worker_threads';

// Node before 22.18 does not run TypeScript by itself.
if (workerData.entry.endsWith('.ts') && !process.features.typescript)
  (await import('tsx/esm/api')).register();
await import(workerData.entry);
