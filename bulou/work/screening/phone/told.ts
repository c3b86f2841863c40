// What is sent of somebody at a door: pure, so that tests run it without a phone.
export type Fields = ReadonlySet<string>;
/** Where a phone has not heard what the round of a door asks. */
export const USUAL: Fields = new Set(["returned", "from_place", "fever", "contact"]);

export const TEXTS = ["arrived", "from_place", "transport", "transport_no", "itinerary", "job", "measures", "phone", "address", "relation"] as const;
export const SIGNS = ["returned", "fever", "symptoms", "contact"] as const;
const ON_THE_WAY: readonly string[] = ["arrived", "from_place", "transport", "transport_no", "itinerary"];
export type Found = Record<(typeof TEXTS)[number], string> & Record<(typeof SIGNS)[number], boolean>;
export const nothing = (): Found => ({
  arrived: "", from_place: "", transport: "", transport_no: "", itinerary: "", job: "", measures: "", phone: "", address: "", relation: "",
  returned: false, fever: false, symptoms: false, contact: false,
});

/** What is sent of somebody. `clear`: whoever asked says that none of it is so where nothing else is said. */
export function asSent(one: Found, asked: Fields, clear: boolean): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const name of SIGNS) if (asked.has(name) && (one[name] || (clear && name !== "returned"))) sent[name] = one[name];
  for (const name of TEXTS)
    if (asked.has(name) && one[name].trim() && (one.returned || !ON_THE_WAY.includes(name))) sent[name] = one[name].trim();
  return sent;
}
export const isSaid = (one: Found, asked: Fields) => Object.keys(asSent(one, asked, false)).length > 0;

/** What is sent of somebody who is on the register: where they are, and what was told; undefined where that is nothing. */
export function ofKnown(absent: "away" | "gone" | "left" | undefined, one: Found | undefined, asked: Fields, clear: boolean): Record<string, unknown> | undefined {
  if (absent) return absent === "left" ? { found: "away", left: true } : { found: absent };
  const said = asSent(one ?? nothing(), asked, clear);
  return Object.keys(said).length ? { found: "here", ...said } : undefined;
}
