/* Keeps the last page of one door and what it needs, so that even a reload without a network shows it.
   The page's own looking for news is never answered from what is kept: it has to know that the network is gone. */

const KEPT = "door";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim().then(keepFirst)));

/** The page was there before the worker: fetch it once more with all it has loaded. */
async function keepFirst() {
  const page = new URL(self.registration.scope).href;
  const answer = await fetch(page, { cache: "no-store" });
  if (!answer.ok) return;
  const text = await answer.clone().text();
  const kept = await caches.open(KEPT);
  await kept.put(page, answer);
  const needed = [...text.matchAll(/(?:href|src)="(\/[^"]+\.(?:css|js|svg))"/g)].map((found) => found[1]);
  await Promise.all(needed.map((each) => kept.add(each).catch(() => {})));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(answer(request, request.headers.has("X-Door")));
});

async function answer(request, live) {
  const kept = await caches.open(KEPT);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await kept.put(plain(request), fresh.clone());
    return fresh;
  } catch (error) {
    const last = live ? undefined : await kept.match(plain(request), { ignoreVary: true });
    if (last) return last;
    throw error;
  }
}

/** The same page looked for by a person and by itself is one page. */
function plain(request) {
  return new Request(request.url);
}
