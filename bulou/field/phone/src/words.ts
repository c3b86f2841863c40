// Every text stands in the code in both languages, Chinese first.
let lang: "zh" | "en" = localStorage.getItem("lang") === "en" ? "en" : "zh";

export const language = () => lang;
export const t = (zh: string, en: string): string => (lang === "zh" ? zh : en);

export function speak(next: "zh" | "en"): void {
  lang = next;
  localStorage.setItem("lang", next);
  document.documentElement.lang = next === "zh" ? "zh-Hans" : "en";
  document.title = t("不漏", "bulou");
}
