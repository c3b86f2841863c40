// Asking the server. Nothing here knows a person.
import { heard } from "./clock";
import { language } from "./words";

export class Away extends Error {}
export class Said extends Error {
  constructor(readonly status: number, readonly code: string, message: string) { super(message); }
}
const PATIENCE = 30_000;

let token = "";
export function useToken(next: string): void { token = next; }

/** The answer's JSON. Throws Away (no line, or the server is not well) and Said (it refuses). */
export async function ask<T>(path: string, body?: unknown): Promise<T> {
  const cut = new AbortController(), timer = setTimeout(() => cut.abort(), PATIENCE);
  const headers: Record<string, string> = { "Accept-Language": language() === "zh" ? "zh-hans" : "en" };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer: Response, said: any; // what came over the line has no type yet
  try {
    answer = await fetch(`/api/v1/${path}`, {
      method: body === undefined ? "GET" : "POST", headers, signal: cut.signal, cache: "no-store", credentials: "omit",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    said = await answer.json();
  } catch {
    throw new Away();
  } finally {
    clearTimeout(timer);
  }
  if (answer.status >= 500) throw new Away();
  if (!answer.ok) throw new Said(answer.status, said.code ?? "", said.message ?? "");
  if (said.now) await heard(said.now);
  return said as T;
}
