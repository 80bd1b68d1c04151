// The worker's line to `showonce record --extension` on this machine: one web socket, opened again where it broke.

export interface Session { address: string; key: string; secrets: string[] }
export interface Paired { session: string; secrets: string[]; open: string }
interface FromRecorder { type: "paired" | "resumed" | "here" | "flush"; session?: string; secrets?: string[]; open?: string }

const CODE = /^127\.0\.0\.1:(\d{1,5})#([0-9a-f]{32})$/;
const PROTOCOL = 1;
const DONE = 4000;
const REFUSED = 4400;
const TRIES = 5;
const QUEUED = 2000;
let socket: WebSocket | null = null;
let open = false;
let queue: string[] = [];

export interface Ends { onFlush(): void; onEnd(words: string): void }

export function refusal(code: string): string {
  return CODE.test(code) ? "" : "This is no code of showonce: it looks like 127.0.0.1:49152#… with 32 digits and letters.";
}

/** Pair by a code that is good once; rejects with words for the person. */
export function pair(code: string, ends: Ends): Promise<{ session: Session; paired: Paired }> {
  const [, port, token] = CODE.exec(code)!;
  const address = `127.0.0.1:${port!}`;
  return new Promise((resolve, reject) => {
    const fresh = dial(address, { type: "pair", token, protocol: PROTOCOL });
    fresh.onmessage = (event) => {
      const paired = JSON.parse(event.data as string) as Paired;
      const session = { address, key: paired.session, secrets: paired.secrets };
      queue = []; // what was told before is of no recording
      take(fresh, session, ends);
      resolve({ session, paired });
    };
    fresh.onclose = (event) => { reject(new Error(event.code >= REFUSED ? event.reason : `Nothing answers at ${address}: see that 'showonce record --extension' still waits.`)); };
  });
}

/** Go on with a session after this worker was restarted, or the line broke. */
export function resume(session: Session, ends: Ends, tries = TRIES): void {
  const again = dial(session.address, { type: "resume", session: session.key });
  again.onmessage = () => { take(again, session, ends); };
  again.onclose = (event) => {
    if (event.code >= DONE || tries <= 1) ends.onEnd(event.code === DONE ? "" : "showonce is gone; nothing is recorded any more.");
    else setTimeout(() => { resume(session, ends, tries - 1); }, 300);
  };
}

function dial(address: string, first: object): WebSocket {
  const made = new WebSocket(`ws://${address}/`);
  made.onopen = () => { made.send(JSON.stringify(first)); };
  return made;
}

function take(made: WebSocket, session: Session, ends: Ends): void {
  socket = made;
  open = true;
  made.onmessage = (event) => {
    const { type } = JSON.parse(event.data as string) as FromRecorder;
    if (type === "here") tell({ type: "here" }); // said every few seconds: it keeps Chrome from ending this worker
    if (type === "flush") ends.onFlush();
  };
  made.onclose = (event) => {
    open = false;
    if (event.code >= DONE) ends.onEnd("");
    else resume(session, ends);
  };
  for (const text of queue.splice(0)) made.send(text);
}

/** Tell a fact, now or when the line is there again. */
export function tell(fact: object): void {
  const text = JSON.stringify(fact);
  if (open) socket!.send(text);
  else if (queue.length < QUEUED) queue.push(text);
}

export function hangUp(): void {
  open = false;
  queue = [];
  if (socket) socket.onclose = null;
  socket?.close();
  socket = null;
}
