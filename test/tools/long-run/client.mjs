// A client that does not save up commands while Redis is away. One whose own heap is flat: that of node-redis goes up and down by ten
// megabytes, which would hide what is looked for.
import { Redis } from "ioredis";

export async function openClient(url) {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    retryStrategy: () => 200,
    lazyConnect: true,
  });
  // A lost connection is an event, and without a listener the end of the process.
  redis.on("error", () => {});
  await redis.connect();
  return {
    redis,
    close: () =>
      redis.quit().catch(() => {
        redis.disconnect();
      }),
  };
}
