/** A UUID of version 7: ordered by time, made where the record is made. */
export function uuid7(ms: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let left = Math.floor(ms);
  for (let n = 5; n >= 0; n--) { bytes[n] = left % 256; left = Math.floor(left / 256); }
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return dashed([...bytes].map((one) => one.toString(16).padStart(2, "0")).join(""));
}
export const dashed = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
