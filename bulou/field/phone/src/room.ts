// What a room's `phone/index.tsx` gives: a screen for each kind of task that it draws by hand.
import type { ComponentType } from "preact";
import type { Task } from "./post";

export interface TaskProps { task: Task; done: (said: string) => void }
export type Screens = Record<string, ComponentType<TaskProps>>;

const found = import.meta.glob<{ screens: Screens }>("../../../work/*/phone/index.tsx", { eager: true });
export const screens: Screens = Object.assign({}, ...Object.values(found).map((one) => one.screens));
