/** The placeholder for passwords in our own examples, and our mask for passwords. */
const STAND_IN = String.raw`(?!password@|\*{3}@)`;

/** A name under which a password is given, as in PGPASSWORD, sslpassword, "password". */
const NAME = String.raw`\w*(?:password|passwd|pwd|passphrase)\\?["']?`;

const QUOTED = String.raw`'(?:[^'\\]|\\[^]|'')*'`;

const DOUBLE_QUOTED = String.raw`"(?:[^"\\]|\\[^])*"`;

/** The user of a URL. */
const USER = String.raw`[^\s:@/?#]*`;

/** What stands for no value where one is printed. */
const NO_VALUE = String.raw`\$\d|\?|<|["']?\*{3}|(?:undefined|null|true|false)\b|\[\w+[\]:]`;

/** A value that ends the text, the line or the object, or in front of the next name; a sentence goes on otherwise. */
const ENDS = String.raw`[^\s"']*[^\s"'.,;:)\]}](?=["'.,;:)\]}]*(?:,|;|$|\n|\s*[\])}]|\s+\w+\s*[=:]))`;

/** A value that no word of a sentence looks like: letters with digits or signs among them. */
const UNLIKE_WORDS = String.raw`(?=[^\s"']*[\d@!#$%^&*+/\\?~|_])(?=[^\s"']*[a-z])[^\s"']*[^\s"'.,;:)\]}]`;

/** Each with the part that stays in front. What it finds beyond a password is lost for the reader, and no secret. */
const SECRETS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // postgres://ann:secret@host, the password with or without / ? # @ in it.
  [new RegExp(String.raw`((?::/|//)/{0,2}${USER}):${STAND_IN}\S*@`, 'g'), '$1:***@'],
  // The same with a blank in the password; behind a host stands a port.
  [new RegExp(String.raw`(:/{1,3}${USER}):(?!\d{1,5}\b)${STAND_IN}[^@"'\n]*@`, 'g'), '$1:***@'],
  // The same without a scheme; behind the word of a comment stands a blank.
  [new RegExp(String.raw`(/{2,3}${USER}):(?!\d{1,5}\b|\s)${STAND_IN}[^@"'\n]*@`, 'g'), '$1:***@'],
  // The same, percent-encoded as a whole.
  [/(%2f%2f(?:(?!%3a|%40)\S)*)%3a\S*%40/gi, '$1%3A***%40'],
  // password='a b', "password": "a b", PASSWORD 'a b'
  [new RegExp(String.raw`(\b${NAME}\s*(?:[=:]|\s)\s*)(?:${QUOTED})`, 'gi'), "$1'***'"],
  [new RegExp(String.raw`(\b${NAME}\s*(?:[=:]|\s)\s*)(?:${DOUBLE_QUOTED})`, 'gi'), '$1"***"'],
  // password=secret, ?password=secret&; a parameter of a statement is none.
  [new RegExp(String.raw`([?&]${NAME}=)(?!\*{3})[^\s&"']+`, 'gi'), '$1***'],
  [new RegExp(String.raw`(\b${NAME}\s*=\s*)(?!\$\d|\?|<|["']?\*{3})\S*[^\s"'.,;:)\]}]`, 'gi'), '$1***'],
  // password: secret, as objects are printed; users.password: is a column, and behind ADMIN_PASSWORD: a sentence may
  // stand.
  [
    new RegExp(String.raw`((?<![.\w])${NAME}:[ \t]+)(?!${NO_VALUE})(?:${ENDS}|${UNLIKE_WORDS})`, 'gim'),
    '$1***',
  ],
  [/(password%3d)(?:(?!%26|&)\S)+/gi, '$1***'],
];

/** A text without the passwords in it: those of database URLs and of keyword and value connection strings. */
export function masked(text: string): string {
  return SECRETS.reduce((words, [pattern, replacement]) => words.replace(pattern, replacement), text);
}

/** user:secret@host, where nothing says that it is a URL; not C:\folder\a@b. */
const WITHOUT_SCHEME = /^(?![a-z]:[\\/])[^\s/\\:@]*:(?!\/)[^]+@[^\s@]+/i;

/** A scheme, or the slashes behind it, and a colon before an @ somewhere behind them. */
const WITH_SLASHES = /(?::|\/)\/[^@]*:[^]*@/;

/**
 * Whether a text that stands alone, an argument for example, holds a password of a database.
 *
 * @param loosely whether to suspect also what has no scheme: `user:secret@host`
 */
export function holdsPassword(text: string, loosely: boolean): boolean {
  return [text, decoded(text), decoded(decoded(text))].some(
    (words) => masked(words) !== words || WITH_SLASHES.test(words) || (loosely && WITHOUT_SCHEME.test(words)),
  );
}

function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
