// The outbox in IndexedDB, opened only after consent, or when an earlier consent left a lead in it.
// Leads on their way stand under their idempotency key; those refused for good under "!" and the
// key, where no retry looks.

const DATABASE = "prequal";
const STORE = "leads";
/** The least text that a key on its way can be; "!" sorts before it. */
const FIRST_KEY = "0";
/** Milliseconds after which storage that does not answer counts as denied. */
const PATIENCE = 5000;

/** One at a time over all tabs, so that no tab removes the database under another's lead. */
const alone = <T>(work: () => Promise<T>): Promise<T> =>
  navigator.locks ? (navigator.locks.request("prequal-outbox", work) as Promise<T>) : work();

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
}

/** Runs one transaction; resolves once it is committed, and rejects when any of it fails. */
async function transact<T = void>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      // A committed lead must survive a power cut: the default only hands it to the system.
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

async function write(put: string, text: string, remove: string): Promise<void> {
  await transact("readwrite", (store) => {
    if (!remove) return store.put(text, put);
    if (put) store.put(text, put);
    return store.delete(remove);
  });
  // Nothing stays behind a delivered lead. Without locks another tab could be writing just now.
  if (remove && navigator.locks && !(await transact<number>("readonly", (store) => store.count()))) {
    await settled(indexedDB.deleteDatabase(DATABASE));
  }
}

/** Writes `text` under `put` and deletes `remove`, both or neither; an empty key leaves its part out. */
export function change(put: string, text: string, remove: string, done?: (ok: boolean) => void): void {
  let told = false;
  const tell = (ok: boolean) => {
    if (!told) done?.(ok);
    told = true;
  };
  setTimeout(tell, PATIENCE, false);
  alone(() => write(put, text, remove)).then(
    () => tell(true),
    () => tell(false),
  );
}

/** The texts of all leads on their way. Call it only when the database is there: it would be made. */
export function pending(): Promise<string[]> {
  return alone(() => transact("readonly", (store) => store.getAll(IDBKeyRange.lowerBound(FIRST_KEY))));
}

/** The texts of all leads, also of those refused for good. Call it only when the database is there. */
export function everything(): Promise<string[]> {
  return alone(() => transact("readonly", (store) => store.getAll()));
}

/** Deletes all of it. */
export function purge(): Promise<unknown> {
  return alone(() => settled(indexedDB.deleteDatabase(DATABASE)));
}
