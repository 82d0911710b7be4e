/**
 * The part of commander that a short command needs: scripts/build.js has the small files use this module in its place.
 * Commander and the parts of Node that it loads take a tenth of the time of such a command. What is unusual in a call,
 * help and mistakes among it, is left to commander: `understands` tells.
 */

/** A function that reads the value of an option. */
type Parser = (value: string, previous: unknown) => unknown;

/** As commander's class of that name: a value that a parser rejects. */
export class InvalidArgumentError extends Error {}

/** As commander's class of that name: never thrown here. */
export class CommanderError extends Error {}

/** As commander's class of that name: the whole command line prints help. */
export class Help {}

/** As commander's class of that name. */
export class Option {
  readonly long: string;
  readonly short: string | undefined;
  /** Whether it takes a value. */
  readonly required: boolean;
  /** Whether it is of a form that this module does not read. */
  readonly isUnusual: boolean;
  parser: Parser | undefined;
  defaultValue: unknown;
  #choices: readonly string[] | undefined;

  constructor(flags: string) {
    const words = flags.split(/,? +/);
    this.long = words.find((word) => word.startsWith('--')) ?? '';
    this.short = words.find((word) => /^-[^-]/.test(word));
    this.required = flags.includes('<');
    this.isUnusual = /\.\.\.|\[|--no-/.test(flags);
  }

  /** The name of its field among the options. */
  get field(): string {
    return this.long.slice(2).replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
  }

  default(value: unknown): this {
    this.defaultValue = value;
    return this;
  }

  choices(values: readonly string[]): this {
    this.#choices = values;
    return this;
  }

  /** @throws InvalidArgumentError */
  read(value: string, previous: unknown): unknown {
    if (this.#choices?.includes(value) === false) throw new InvalidArgumentError(value);
    return this.parser ? this.parser(value, previous) : value;
  }
}

/** The words of a call, read. */
interface Parsed {
  readonly options: Record<string, unknown>;
  readonly operands: readonly string[];
}

/** What a call needs commander for. */
class UnusualError extends Error {}

type Hook = (program: Command, command: Command) => unknown;
type Action = (...args: unknown[]) => unknown;

const TARGET = /^-\d+$/;

/** As commander's class of that name. */
export class Command {
  readonly commands: Command[] = [];
  readonly options: Option[] = [];
  readonly #name: string;
  readonly #operands: readonly string[];
  readonly #hooks: Hook[] = [];
  #values: Record<string, unknown> = {};
  #action: Action = () => undefined;

  constructor(usage: string) {
    [this.#name = '', ...this.#operands] = usage.split(' ');
  }

  name(): string {
    return this.#name;
  }

  command(usage: string): Command {
    const made = new Command(usage);
    this.commands.push(made);
    return made;
  }

  option(flags: string, ...[, ...further]: readonly unknown[]): this {
    const option = new Option(flags);
    if (typeof further[0] === 'function') option.parser = further[0] as Parser;
    option.default(further.find((value) => typeof value !== 'function'));
    return this.addOption(option);
  }

  addOption(option: Option): this {
    this.options.push(option);
    return this;
  }

  action(action: Action): this {
    this.#action = action;
    return this;
  }

  hook(_event: 'preAction', hook: Hook): this {
    this.#hooks.push(hook);
    return this;
  }

  opts(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  setOptionValue(field: string, value: unknown): this {
    this.#values[field] = value;
    return this;
  }

  /** Calls the action of the command in the first word. */
  async parseAsync([name, ...words]: readonly string[]): Promise<void> {
    const command = this.commands.find((one) => one.name() === name);
    if (command === undefined) throw new UnusualError(name);
    const { options, operands } = command.#parsed(words);
    command.#values = options;
    for (const hook of this.#hooks) await hook(this, command);
    const padded = command.#operands.map((_operand, index) => operands[index]);
    await command.#action(...padded, command.opts(), command);
  }

  /** Whether `parseAsync` reads the words of a call as commander does. It calls no action. */
  understands([name, ...words]: readonly string[]): boolean {
    const command = this.commands.find((one) => one.name() === name);
    if (command === undefined) return false;
    try {
      command.#parsed(words);
      return true;
    } catch {
      // Commander reads the words again, and reports what is wrong with them.
      return false;
    }
  }

  /** @throws UnusualError, InvalidArgumentError */
  #parsed(words: readonly string[]): Parsed {
    const declared = this.options.filter(({ defaultValue }) => defaultValue !== undefined);
    const options = Object.fromEntries(declared.map(({ field, defaultValue }) => [field, defaultValue]));
    const operands: string[] = [];
    const left = [...words];
    for (let word = left.shift(); word !== undefined; word = left.shift()) {
      if (word === '--') operands.push(...left.splice(0));
      else if (TARGET.test(word) || !word.startsWith('-')) operands.push(word);
      else this.#readOption(word, left, options);
    }
    const wanted = this.#operands.filter((operand) => operand.startsWith('<')).length;
    if (operands.length < wanted || operands.length > this.#operands.length) throw new UnusualError();
    return { options, operands };
  }

  #readOption(word: string, left: string[], options: Record<string, unknown>): void {
    const [flag = '', ...values] = word.startsWith('--') ? word.split(/=(.*)/s, 2) : [word];
    const option = this.options.find(({ long, short }) => flag === long || flag === short);
    if (option === undefined || option.isUnusual || (values.length > 0 && !option.required))
      throw new UnusualError(word);
    const { field } = option;
    if (!option.required) options[field] = true;
    else options[field] = option.read(values[0] ?? left.shift() ?? unusual(word), options[field]);
  }

  /** Texts for the help and the way to print it, which nothing here needs. */
  description = this.#unused;
  version = this.#unused;
  helpOption = this.#unused;
  helpCommand = this.#unused;
  configureHelp = this.#unused;
  configureOutput = this.#unused;
  exitOverride = this.#unused;
  addHelpText = this.#unused;
  allowExcessArguments = this.#unused;

  #unused(): this {
    return this;
  }
}

/** @throws UnusualError */
function unusual(word: string): never {
  throw new UnusualError(word);
}
