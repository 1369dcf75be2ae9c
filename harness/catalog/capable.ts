/** Tasks that ask more than the smallest models can: reading, following instructions, several turns. A model known to
 *  have fewer parameters is not asked, and the run says so. */
export const CAPABLE = 50_000_000;
