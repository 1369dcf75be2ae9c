/** Types of packages that bring none: only what this folder uses. */

declare module 'text-readability/easy_words.js' {
  const easyWords: readonly string[];
  export default easyWords;
}

declare module 'text-readability' {
  const readability: {
    fleschReadingEase(text: string): number;
    fleschKincaidGrade(text: string): number;
    gunningFog(text: string): number;
    smogIndex(text: string): number;
    colemanLiauIndex(text: string): number;
    automatedReadabilityIndex(text: string): number;
    daleChallReadabilityScore(text: string): number;
    linsearWriteFormula(text: string): number;
    lix(text: string): number;
    rix(text: string): number;
  };
  export default readability;
}
