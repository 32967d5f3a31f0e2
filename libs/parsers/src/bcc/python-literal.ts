/**
 * The value of a dictionary as Python prints it (`{'a': [1, None], 'b': b'x'}`): its strings and words are put as JSON has them, in
 * one pass. Undefined when the text is none.
 */
export const pythonLiteral = (text: string): unknown => {
  const out: string[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === 'b' && (text[at + 1] === "'" || text[at + 1] === '"')) at++;
    else if (char === "'" || char === '"') {
      const [value, next] = stringAt(text, at);
      out.push(JSON.stringify(value));
      at = next;
    } else if (text.startsWith('None', at)) {
      out.push('null');
      at += 4;
    } else if (text.startsWith('True', at)) {
      out.push('true');
      at += 4;
    } else if (text.startsWith('False', at)) {
      out.push('false');
      at += 5;
    } else {
      out.push(char);
      at++;
    }
  }
  try {
    return JSON.parse(out.join('')) as unknown;
  } catch {
    return undefined;
  }
};

const stringAt = (text: string, from: number): [string, number] => {
  const quote = text[from];
  let value = '';
  let at = from + 1;
  let start = at;
  while (at < text.length && text[at] !== quote) {
    if (text[at] === '\\') {
      value += text.slice(start, at);
      at++;
      start = at;
    }
    at++;
  }
  return [value + text.slice(start, at), at + 1];
};
