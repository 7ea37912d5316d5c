// The outbox in IndexedDB, opened only after consent, or when an earlier consent left a lead in it.
// Leads on their way stand under their idempotency key; those refused for good under "!" and the
// key, where no retry looks.

const DATABASE = "prequal";
const STORE = "leads";
/** The least text that a key on its way can be; "!" sorts before it. */
const FIRST_KEY = "0";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    // Reading the property throws where storage is denied, which rejects too.
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
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

/** Writes `text` under `put` and deletes `remove`, both or neither; an empty key leaves its part out. */
export function change(put: string, text: string, remove: string, done?: (ok: boolean) => void): void {
  transact("readwrite", (store) => {
    if (!remove) return store.put(text, put);
    if (put) store.put(text, put);
    return store.delete(remove);
  }).then(
    () => done?.(true),
    () => done?.(false),
  );
}

/** The texts of all leads on their way. Call it only when the database is there: it would be made. */
export async function pending(): Promise<string[]> {
  return transact("readonly", (store) => store.getAll(IDBKeyRange.lowerBound(FIRST_KEY)));
}
