/** Text of an event stream to the data of its events (WHATWG HTML, 9.2; only the `data` field, which is all that
 *  OpenAI's streams use). */

/** A function to which pieces of text are fed, cut anywhere; it returns the data of the events they complete. */
export function eventParser(): (text: string) => string[] {
  let rest = '';
  let data: string[] = [];
  return (text) => {
    const events: string[] = [];
    // A carriage return at the end may be half of a line end.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '' && data.length > 0) {
        events.push(data.join('\n'));
        data = [];
      } else if (line.startsWith('data:')) {
        data.push(line.slice('data:'.length).replace(/^ /, ''));
      }
    }
    return events;
  };
}
