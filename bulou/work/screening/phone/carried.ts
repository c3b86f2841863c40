// What the server says of the rounds whose doors this phone carries, by the slot of a door's task.
import { part } from "@field/post";
import { USUAL } from "./told";
import type { Fields } from "./told";

interface Carried { asked: Record<string, string[]>; rounds?: Record<string, string>; homes?: [string, string][] }
const carried = () => part<Carried>("screening");

export function asks(slot: string): Fields {
  const said = carried()?.asked[slot];
  return said ? new Set(said) : USUAL;
}
const OF_DOOR: readonly string[] = ["people", "containers", "larvae", "cleared"];
export const ofPersons = (asked: Fields): Fields => new Set([...asked].filter((name) => !OF_DOOR.includes(name)));
/** What is asked at the door of a unit, or of somebody themselves: nothing of a household. */
export const away = (asked: Fields): Fields => new Set([...asked].filter((name) => name !== "relation" && name !== "left"));

/** Which round a door is of, for two may go by it at one time; where that was never told, the server finds it. */
export function ofRound(slot: string): { round?: string } {
  const round = carried()?.rounds?.[slot];
  return round ? { round } : {};
}
/** The rounds from home to home that run here: slot and name of each. */
export const homes = (): [string, string][] => carried()?.homes ?? [];
