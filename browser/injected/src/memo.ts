// What is worked out once for all elements of one answer: the page does not change while it is asked.
let kept: Map<string, WeakMap<object, unknown>> | null = null;

/** Run `work` with a memory, of its own if there is none yet; without one, each question is worked out anew. */
export function remembering<T>(work: () => T): T {
  if (kept) return work();
  kept = new Map();
  try { return work(); } finally { kept = null; }
}

/** What `work` says about `subject`, worked out once while there is a memory. */
export function once<T>(question: string, subject: object, work: () => T): T {
  if (!kept) return work();
  let answers = kept.get(question);
  if (!answers) kept.set(question, answers = new WeakMap());
  if (!answers.has(subject)) answers.set(subject, work());
  return answers.get(subject) as T;
}

/** Whether answers are kept now: then it pays to work them out for all siblings at once. */
export function remembers(): boolean { return kept !== null; }
