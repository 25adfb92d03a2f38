import 'ioredis';

// ioredis 6 has a class that extends String. From then on V8 (Node 20 to 26) keeps String.prototype as a dictionary,
// and compiled code looks up `charCodeAt` or `slice` in it at each call: a loop over characters takes ten times as
// long, a replay 1.15 times. To go through the names of an object makes V8 store its prototypes for fast access again.
for (const name in Object.create(String.prototype) as object) name satisfies string;
