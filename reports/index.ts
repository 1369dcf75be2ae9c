/** The reports of a run: plain data in, text out. */
export { renderComparison } from './html/comparison-page.ts';
export { renderAnnotations } from './annotations.ts';
export { renderHistory } from './html/history-page.ts';
export { renderHtml } from './html/page.ts';
export { renderJunit } from './junit.ts';
export { renderMarkdown } from './markdown.ts';
export { renderTraining } from './html/training-page.ts';
