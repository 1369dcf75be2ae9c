// Starts a worker thread on a module that may still be TypeScript: a worker does not inherit the loader of its parent.
import { workerData } from 'node:worker_threads';

if (workerData.entry.endsWith('.ts')) await import('../bin/typescript.js');
await import(workerData.entry);
