// What the outbox asks of the browser: storage, the right to send, and its loss.
import { entries, exchange, OUTBOX, read, RECEIPTS, transact } from "./database.js";

/** Stands before the id of a lead that was refused for good. */
const BURIED = "!";
/** Stands before the key of a lead whose consent was taken back: the id of the notice. */
const NOTICE = "-";
/** Stands before the id of what a tab holds, in browsers without locks. */
const LEASE = "~";
/** Milliseconds after which storage that does not answer counts as denied. */
const STORAGE_PATIENCE = 5000;
/** Milliseconds until an endpoint that does not answer counts as silent. */
const SEND_PATIENCE = 20_000;
/** Milliseconds that a claim holds in browsers without locks: longer than any send. */
const LEASE_LENGTH = 30_000;

/** What becomes of a claim, in the order of `Claim::ALL` (src/outbox/mod.rs). */
const enum Claim {
  Ours,
  Busy,
  Delivered,
  Refused,
  Gone,
}

/** By id: lets other tabs have what this one holds. */
const held = new Map<string, () => void>();
/** By id: breaks a send off. */
const sends = new Map<string, AbortController>();
/** This tab's name on its leases. */
const tab = crypto.getRandomValues(new Uint32Array(2)).join();

/** What is under way; one after the other, as the outbox said it. */
let last: Promise<unknown> = Promise.resolve();

const next = <T>(work: () => Promise<T>): Promise<T> => {
  const done = last.then(work);
  last = done.catch(() => {});
  return done;
};

/** Resolves once nothing is under way any more. */
export async function idle(): Promise<void> {
  for (let seen; seen !== last; ) await (seen = last);
}

/** Options without what other scripts of the page may have given to all objects. */
const own = (options: LockOptions): LockOptions => Object.setPrototypeOf(options, null);

/** What comes of work, or something else where storage does not answer or fails. */
export const inTime = <T>(work: Promise<T>, otherwise: T): Promise<T> =>
  Promise.race([work.catch(() => otherwise), new Promise<T>((resolve) => setTimeout(resolve, STORAGE_PATIENCE, otherwise))]);

/** Writes a lead and before it its receipt. */
export function store(id: string, text: string, receipt: string, done: (ok: boolean) => void): void {
  const write = async () => {
    await transact(RECEIPTS, "readwrite", (store) => void store.put(receipt, id));
    await transact(OUTBOX, "readwrite", (store) => void store.put(text, id));
    return true;
  };
  inTime(next(write), false).then(done);
}

/** What something that is not stored any more has come to. */
async function fate(id: string): Promise<Claim> {
  if (id.startsWith(NOTICE)) return Claim.Delivered;
  if ((await read(OUTBOX, BURIED + id)) !== undefined) return Claim.Refused;
  const text = (await entries(RECEIPTS)).find(([key]) => key === id)?.[1];
  if (text === undefined) return Claim.Gone;
  const { withdrawn, delivered } = JSON.parse(text);
  // What nobody delivered and nobody took back was deleted by something else; this page has it still.
  return withdrawn ? Claim.Gone : delivered ? Claim.Delivered : Claim.Ours;
}

/** Whether it may be sent. Another tab can take consent back while this one stores a lead. */
async function standing(id: string): Promise<Claim> {
  const [lead] = id.split(".") as [string];
  const withdrawn = (await entries(RECEIPTS)).some(([key, text]) => key.startsWith(lead) && JSON.parse(text).withdrawn);
  if (!withdrawn) return Claim.Ours;
  await transact(OUTBOX, "readwrite", (store) => void store.delete(id));
  return Claim.Gone;
}

/** Whether an id may be sent now. */
async function judge(id: string): Promise<Claim> {
  let text: string | undefined;
  try {
    text = await read(OUTBOX, id);
  } catch {
    // What cannot be read is sent all the same: twice under one key is better than never.
    return Claim.Ours;
  }
  return text === undefined ? fate(id) : standing(id);
}

/** Takes an id for this tab alone, if it is stored still; `done` hears what became of that. */
export function claim(id: string, done: (claim: number) => void): void {
  let [lost, asked] = [false, false];
  const leased = () => inTime(lease(id), Claim.Busy).then(done);
  if (!navigator.locks) return void leased();
  navigator.locks
    .request(`prequal-send:${id}`, own({ ifAvailable: true }), async (lock) => {
      asked = true;
      if (!lock) return done(Claim.Busy);
      const outcome = await inTime(judge(id), Claim.Busy);
      if (lost || outcome !== Claim.Ours) return done(lost ? Claim.Busy : outcome);
      await new Promise<void>((free) => {
        held.set(id, free);
        done(outcome);
      });
    })
    .catch(() => {
      // No lock is to be had in this page.
      if (!asked) return leased();
      // Consent was taken back in another tab, which took the lock away.
      lost = true;
      return sends.get(id)?.abort();
    });
}

/** The same without locks: whoever writes its name first has it, for a while. */
async function lease(id: string): Promise<Claim> {
  let claim: Claim | undefined;
  const ask = exchange(OUTBOX, (store) => {
    const text = store.get(id);
    const holder = store.get(LEASE + id);
    holder.onsuccess = () => {
      if (text.result === undefined) return;
      const { owner, until } = JSON.parse(holder.result ?? "{}");
      const now = Date.now();
      // Further off than any lease: the clock was set back meanwhile.
      const stands = owner !== tab && until > now && until <= now + LEASE_LENGTH;
      claim = stands ? Claim.Busy : Claim.Ours;
      if (!stands) store.put(JSON.stringify({ owner: tab, until: now + LEASE_LENGTH }), LEASE + id);
    };
  });
  // As in `judge`: what cannot be read is sent.
  if (!(await ask.then(() => true, () => false))) return Claim.Ours;
  if (claim !== Claim.Ours) return claim ?? fate(id);
  held.set(id, () => void exchange(OUTBOX, (store) => yields(store, id)).catch(() => {}));
  const outcome = await standing(id);
  if (outcome !== Claim.Ours) release(id);
  return outcome;
}

/** Deletes this tab's own lease: it may have run out, and be another's by now. */
function yields(store: IDBObjectStore, id: string): void {
  const holder = store.get(LEASE + id);
  holder.onsuccess = () => {
    if (JSON.parse(holder.result ?? "{}").owner === tab) store.delete(LEASE + id);
  };
}

/** Lets other tabs have it again. */
export function release(id: string): void {
  held.get(id)?.();
  held.delete(id);
  sends.delete(id);
}

/** Writes the text of a lead that was refused for good where no retry finds it, unless it is gone. */
export function bury(id: string, text: string): void {
  next(() =>
    exchange(OUTBOX, (store) => {
      const lead = store.get(id);
      lead.onsuccess = () => {
        if (lead.result === undefined) return;
        store.put(text, BURIED + id);
        store.delete(id);
      };
    }),
  )
    .catch(() => {})
    .then(() => release(id));
}

/** Deletes what stands under an id, and breaks off what is on its way. That it was delivered its receipt notes before. */
export function forget(id: string, delivered: boolean): void {
  sends.get(id)?.abort();
  next(async () => {
    if (delivered) await note(id, (receipt) => (receipt.delivered = Date.now())).catch(() => {});
    await transact(OUTBOX, "readwrite", (store) => {
      store.delete(id);
      store.delete(BURIED + id);
    });
  })
    .catch(() => {})
    .then(() => release(id));
}

/**
 * Deletes all that stands under a lead's key, writes the notice instead, and takes the lead from every tab. Where the
 * notice cannot be written the rest is done all the same, and the receipt says nothing, so that it is tried again.
 */
export function retract(lead: string, id: string, notice: string | undefined, done: (ok: boolean) => void): void {
  // First of all what is on its way from here.
  for (const [id, send] of sends) if (id.startsWith(lead)) send.abort();
  const withdraw = async () => {
    const ids = (await entries(OUTBOX)).map(([id]) => id).filter((id) => id.startsWith(lead));
    const wipe = (store: IDBObjectStore) => {
      for (const prefix of ["", BURIED, LEASE]) store.delete(IDBKeyRange.bound(prefix + lead, prefix + lead + LEASE));
    };
    const written = await transact(OUTBOX, "readwrite", (store) => {
      wipe(store);
      if (notice !== undefined) store.put(notice, id);
    }).then(
      () => true,
      () => transact(OUTBOX, "readwrite", wipe).then(() => false),
    );
    for (const id of [lead, ...ids]) await navigator.locks?.request(`prequal-send:${id}`, own({ steal: true }), () => {}).catch(() => {});
    if (written) await mark(lead);
    return written;
  };
  inTime(next(withdraw), false).then(done);
}

/** Changes the receipt under an id, if it is there still. */
async function note(id: string, change: (receipt: any) => void): Promise<void> {
  if (!(await entries(RECEIPTS)).some(([key]) => key === id)) return;
  await exchange(RECEIPTS, (store) => {
    const text = store.get(id);
    text.onsuccess = () => {
      if (text.result === undefined) return;
      const receipt = JSON.parse(text.result);
      change(receipt);
      store.put(JSON.stringify(receipt), id);
    };
  });
}

/** Writes into the receipts of a lead that consent was taken back; the proof that it was given stays. */
async function mark(lead: string): Promise<void> {
  for (const [id] of await entries(RECEIPTS)) {
    if (!id.startsWith(lead)) continue;
    await note(id, (receipt) => {
      if (receipt.withdrawn) return;
      const at = (receipt.withdrawn = Date.now());
      receipt.consent.events.push({ kind: "withdrawn", at, utc_offset_minutes: -new Date().getTimezoneOffset() });
    });
  }
}

/** The receipts that consent still stands for. Those whose lead nobody keeps any more are deleted on the way. */
export async function receipts(): Promise<string[]> {
  const texts: string[] = [];
  for (const [id, text] of await entries(RECEIPTS)) {
    try {
      const { consent, withdrawn } = JSON.parse(text);
      const kept = consent.events[0].at + consent.retention_days * 86_400_000;
      if (Math.max(kept, consent.valid_until) < Date.now()) await transact(RECEIPTS, "readwrite", (store) => void store.delete(id));
      else if (!withdrawn) texts.push(text);
    } catch {
      // Another version's, or another's: left to it.
    }
  }
  return texts;
}

/** Deletes leads that have no receipt: an earlier version wrote none. Nobody could take their consent back by one. */
async function forgetOrphans(): Promise<void> {
  const proven = (await entries(RECEIPTS)).map(([id]) => id);
  for (const [id] of await entries(OUTBOX)) {
    const bare = id.replace(/^[!~]/, "");
    if (bare.startsWith(NOTICE) || proven.includes(bare)) continue;
    sends.get(id)?.abort();
    await transact(OUTBOX, "readwrite", (store) => void store.delete(id));
  }
}

/** Calls with each receipt that consent still stands for, and deletes leads that have none. */
export function recall(each: (text: string) => void): void {
  next(forgetOrphans).catch(() => {});
  next(receipts).then(
    (all) => all.forEach(each),
    () => {},
  );
}

/** Aborts when a send has taken too long, or its claim is lost. */
export function signal(id: string): AbortSignal {
  const send = new AbortController();
  sends.set(id, send);
  setTimeout(() => send.abort(), SEND_PATIENCE);
  return send.signal;
}

/**
 * Whether the page cannot tell a post without CORS that arrived from one that did not: isolated pages see no reply to it
 * but of who names them (Cross-Origin-Resource-Policy). Tried again, it would arrive again, and again.
 */
export const blind = (): boolean => crossOriginIsolated && navigator.onLine;

/** Deletes all receipts, and leads that were refused for good. Notices stay until they have arrived. */
export async function erase(): Promise<void> {
  await idle();
  for (const [id] of await entries(OUTBOX)) {
    if (id.startsWith(BURIED) && !id.startsWith(BURIED + NOTICE)) await transact(OUTBOX, "readwrite", (store) => void store.delete(id));
  }
  if ((await entries(RECEIPTS)).length) await transact(RECEIPTS, "readwrite", (store) => void store.clear());
}

/** Takes leads that were refused for good out of their grave; gives their texts. */
export async function revive(): Promise<string[]> {
  const texts: string[] = [];
  for (const [id] of await entries(OUTBOX)) {
    if (!id.startsWith(BURIED)) continue;
    await exchange(OUTBOX, (store) => {
      const dead = store.get(id);
      dead.onsuccess = () => {
        // Consent was taken back meanwhile, or another tab was faster.
        if (dead.result === undefined) return;
        // Begun anew: what was too late once is not too late at once.
        const again = JSON.stringify({ ...JSON.parse(dead.result), born: Date.now(), dead: undefined });
        store.put(again, id.slice(BURIED.length));
        store.delete(id);
        texts.push(again);
      };
    });
  }
  return texts;
}
