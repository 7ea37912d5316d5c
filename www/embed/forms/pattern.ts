// Which patterns of a form the engine can try (src/flow/pattern.rs). What it cannot is left to the form's own
// validation. Nothing is tried here.

/** Fewer steps than the engine takes, which counts a little otherwise. */
const LONGEST = 800;
const DEEPEST = 30;

/** Raised where the engine would not go on. */
class Unread extends Error {}

/** Counts the steps of a pattern that is written out. */
class Reader {
  #at = 0;
  #depth = 0;
  #text: string[];
  constructor(text: string) {
    this.#text = [...text];
  }

  whole(): number {
    const steps = this.#either();
    if (this.#at < this.#text.length) throw new Unread();
    return steps;
  }

  get #next(): string | undefined {
    return this.#text[this.#at];
  }

  #take(wanted: string): boolean {
    const found = this.#next === wanted;
    if (found) this.#at++;
    return found;
  }

  #either(): number {
    let steps = this.#all();
    while (this.#take("|")) steps += this.#all() + 2;
    return steps;
  }

  #all(): number {
    let steps = 0;
    while (this.#next !== undefined && !"|)".includes(this.#next)) {
      steps += this.#times(this.#one());
      if (steps > LONGEST) throw new Unread();
    }
    return steps;
  }

  #one(): number {
    const c = this.#text[this.#at++]!;
    if ("*+?{".includes(c)) throw new Unread();
    if (c === "\\") this.#escape();
    else if (c === "[") this.#class();
    else if (c === "(") return this.#group();
    return 1;
  }

  #group(): number {
    if (++this.#depth > DEEPEST) throw new Unread();
    if (this.#take("?") && !this.#take(":")) throw new Unread();
    const steps = this.#either();
    if (!this.#take(")")) throw new Unread();
    this.#depth--;
    return steps;
  }

  #escape(): void {
    const c = this.#text[this.#at++];
    if (c === undefined || (/[a-z0-9]/i.test(c) && !"dDwWsStnr".includes(c))) throw new Unread();
  }

  #class(): void {
    this.#take("^");
    const open = this.#at;
    for (;;) {
      const c = this.#text[this.#at++];
      // Classes in classes and what is done with them are newer than the engine's.
      if (c === undefined || c === "[" || (/[&-]/.test(c) && c === this.#next)) throw new Unread();
      if (c === "\\") this.#escape();
      else if (c === "]" && this.#at > open + 1) return;
    }
  }

  #times(steps: number): number {
    const c = this.#next;
    if (c === undefined || !"*+?{".includes(c)) return steps;
    this.#at++;
    let all = 2 * steps + 2;
    if (c === "{") {
      const [least, most] = this.#counts();
      all = Math.max(least, most) * (steps + 1) + (most < 0 ? steps + 2 : 0);
    }
    this.#take("?");
    if (this.#next !== undefined && "*+?{".includes(this.#next)) throw new Unread();
    if (all > LONGEST) throw new Unread();
    return all;
  }

  #counts(): [least: number, most: number] {
    const rest = this.#text.slice(this.#at).join("");
    const [all, least, comma, most] = /^(\d+)(,?)(\d*)\}/.exec(rest) ?? [];
    if (all === undefined) throw new Unread();
    this.#at += all.length;
    const end = comma ? (most ? Number(most) : -1) : Number(least);
    if (end >= 0 && end < Number(least)) throw new Unread();
    return [Number(least), end];
  }
}

/** Whether a pattern means something to the browser, and the same to the engine. */
export function reads(pattern: string): boolean {
  try {
    // One that is no expression the browser passes over.
    new RegExp(pattern, "v");
    return new Reader(pattern).whole() <= LONGEST;
  } catch {
    return false;
  }
}
