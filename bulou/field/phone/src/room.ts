// What a room's `phone/index.tsx` gives: a screen for each kind of task that it draws by hand, and acts that are no tasks.
import type { ComponentType } from "preact";
import type { Task } from "./post";

export interface TaskProps { task: Task; done: (said: string) => void }
export type Screens = Record<string, ComponentType<TaskProps>>;

/** Something that is done whenever it comes, and is no task: somebody stands before a post. */
export interface Act { id: string; title: () => string; when: () => boolean; Screen: ComponentType<{ done: (said: string) => void }> }

const found = import.meta.glob<{ screens: Screens; acts?: Act[] }>("../../../work/*/phone/index.tsx", { eager: true });
export const acts: Act[] = Object.values(found).flatMap((one) => one.acts ?? []);
export const screens: Screens = Object.assign({}, ...Object.values(found).map((one) => one.screens));
