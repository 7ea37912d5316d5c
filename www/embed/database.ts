// The two databases of this browser. In "prequal" stand leads on their way under their ids, notices of
// withdrawal under "-" and the lead's key, and leads refused for good under "!" and the id, where no retry
// looks. In "prequal-consent" stand receipts: what was agreed to, and no answer. Each is made with its first
// entry, and stays when its last one goes: a page that the browser keeps may sleep with it open, and WebKit lets nobody
// into a database whose removal waits for such a page.

/** A database and its one store. */
export type Place = { readonly database: string; readonly store: string };
export const OUTBOX: Place = { database: "prequal", store: "leads" };
export const RECEIPTS: Place = { database: "prequal-consent", store: "receipts" };
/** The least id of what is on its way; "!" sorts before it. */
const FIRST_ID = "-";

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function open({ database, store }: Place): Promise<IDBDatabase> {
  const request = indexedDB.open(database, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(store);
  const opened = await settled(request);
  // Nobody who removes it, as browsers do at a person's wish, waits for this page.
  opened.onversionchange = () => opened.close();
  return opened;
}

type Work<T> = (store: IDBObjectStore) => IDBRequest<T> | void;

/** Runs one transaction whose work asks for all of it at once; resolves once it is committed, and rejects when any of it fails. */
export const transact = <T = void>(place: Place, mode: IDBTransactionMode, work: Work<T>): Promise<T> => within(place, mode, work, true);

/** Runs one transaction that writes what it reads leads to. */
export const exchange = (place: Place, work: Work<void>): Promise<void> => within(place, "readwrite", work, false);

async function within<T>(place: Place, mode: IDBTransactionMode, work: Work<T>, whole: boolean): Promise<T> {
  const database = await open(place);
  // A committed lead must survive a power cut: the default only hands it to the system.
  const transaction = database.transaction(place.store, mode, { durability: "strict" });
  // A page that the browser keeps to come back to sleeps with its transactions, and in WebKit whatever comes later
  // waits for them. What can do without the page is on its way by then; for the rest it is as if the page were closed.
  const sleep = ({ persisted }: PageTransitionEvent) => {
    try {
      if (persisted) transaction.abort();
    } catch {
      // It is being committed.
    }
  };
  addEventListener("pagehide", sleep);
  try {
    return await new Promise<T>((resolve, reject) => {
      const request = work(transaction.objectStore(place.store));
      transaction.oncomplete = () => resolve((request && request.result) as T);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
      if (whole) transaction.commit();
    });
  } finally {
    removeEventListener("pagehide", sleep);
    database.close();
  }
}

/** How long an answer is waited for before it is asked for once more, and after that how long the next. */
const SOON = 3000;

/** The browser's storage leaves a question unanswered. */
export class Silence extends Error {
  override message = "This browser's storage does not answer.";
}

/**
 * What comes of work that only looks. WebKit now and then leaves a question unanswered, and answers the next; rejects
 * where that one is left unanswered too.
 */
export function asked<T>(work: () => Promise<T>): Promise<T> {
  // Also where work throws at once, as where storage is denied.
  const ask = async () => work();
  return new Promise((resolve, reject) => {
    const again = () => {
      ask().then(resolve, reject);
      timer = setTimeout(reject, SOON, new Silence());
    };
    let timer = setTimeout(again, SOON);
    ask().then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Whether the database is there. Naming it would make it; a browser that cannot list them makes it. */
async function exists({ database }: Place): Promise<boolean> {
  return !indexedDB.databases || (await asked(() => indexedDB.databases())).some(({ name }) => name === database);
}

/** The text under an id. */
export const read = (place: Place, id: string) => asked(() => transact<string | undefined>(place, "readonly", (store) => store.get(id)));

/** All ids and texts; nothing where there is no database. */
export async function entries(place: Place): Promise<[id: string, text: string][]> {
  if (!(await exists(place))) return [];
  return asked(async () => {
    let ids: IDBRequest<IDBValidKey[]> | undefined;
    const texts = await transact<string[]>(place, "readonly", (store) => {
      ids = store.getAllKeys();
      return store.getAll();
    });
    return texts.map((text, i) => [ids!.result[i] as string, text] as [string, string]);
  });
}

/** The texts of all that is on its way. */
export async function pending(): Promise<string[]> {
  return (await entries(OUTBOX)).filter(([id]) => id >= FIRST_ID).map(([, text]) => text);
}
