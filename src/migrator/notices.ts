import type { BackfillProgress, Notice, Session } from '../databases/session.js';
import { masked } from '../text/secrets.js';
import type { Direction } from '../databases/direction.js';
import type { MigrationEvent, OnEvent } from './events.js';

/** Notices of one statement that are reported. A loop may raise one for each row of a table. */
const MOST = 100;

/** An event about notices. */
type NoticeEvent = MigrationEvent & { readonly kind: 'notice' | 'notices-omitted' };

/** Such an event in one line, once its control characters are made visible. */
export function noticeWords(event: NoticeEvent): string {
  if (event.kind === 'notice') return `${event.revision}: ${event.severity}: ${event.message}`;
  const { revision, omitted } = event;
  return `${revision}: ${omitted} more ${omitted === 1 ? 'notice' : 'notices'} of this statement not shown`;
}

/** Whose notices they are, and who receives them. */
interface Receiver {
  readonly revision: string;
  readonly direction: Direction;
  /** Whether `generate` has written the statements: what they may not find is no news then. */
  readonly generated: boolean;
  readonly emit: OnEvent;
}

/** Sends a statement, and ends its notices with it. */
export type During = <T>(send: () => Promise<T>) => Promise<T>;

/** Reports the notices of the server while a body runs; the body leads each of its statements through the function. */
export async function reportingNotices(
  session: Session,
  receiver: Receiver,
  body: (during: During) => Promise<void>,
): Promise<void> {
  const notices = new Notices(receiver);
  const stop = await session.onNotice((notice) => notices.take(notice));
  const during: During = (send) => notices.during(send);
  // What the body sent past its statements ends with the body.
  await during(() => body(during)).finally(stop);
}

class Notices {
  readonly #receiver: Receiver;
  #count = 0;
  /** What the receiver has thrown: a notice arrives in the middle of the driver, where nothing may be thrown. */
  #thrown: { readonly error: unknown } | undefined;

  constructor(receiver: Receiver) {
    this.#receiver = receiver;
  }

  take({ severity, message, isAbsence = false, progress }: Notice): void {
    if (progress) {
      this.#emit({ kind: 'progress', ...progress });
      return;
    }
    if (isAbsence && this.#receiver.generated) return;
    this.#count += 1;
    if (this.#count <= MOST) this.#emit({ kind: 'notice', severity, message: masked(message) });
  }

  /** The error of the statement comes before that of the receiver. */
  async during<T>(send: () => Promise<T>): Promise<T> {
    const result = await send().finally(() => this.#end());
    if (this.#thrown) throw this.#thrown.error;
    return result;
  }

  #end(): void {
    const omitted = this.#count - MOST;
    this.#count = 0;
    if (omitted > 0) this.#emit({ kind: 'notices-omitted', omitted });
  }

  #emit(event: Own): void {
    const { revision, direction, emit } = this.#receiver;
    try {
      emit({ ...event, revision, direction });
    } catch (error) {
      this.#thrown ??= { error };
    }
  }
}

/** The part of an event that a notice decides. */
type Own =
  | ({ readonly kind: 'notice' } & Pick<Notice, 'severity' | 'message'>)
  | ({ readonly kind: 'progress' } & BackfillProgress)
  | { readonly kind: 'notices-omitted'; readonly omitted: number };
