// The worker keeps the app itself on the phone, so that it opens without signal. It never sees a record or a card.
import { createHandlerBoundToURL, precacheAndRoute, cleanupOutdatedCaches } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

declare const __KEPT__: { url: string; revision: string }[];
const scope = self as unknown as { skipWaiting(): Promise<void>; addEventListener(name: string, fn: (e: any) => void): void;
  clients: { claim(): Promise<void> } };

precacheAndRoute(__KEPT__);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL("/field/"), { allowlist: [/^\/field\/$/] }));
scope.addEventListener("install", () => void scope.skipWaiting());
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
