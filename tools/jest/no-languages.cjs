/** Stands for zod's messages in 60 languages, which nothing here shows: a test file loads in 0.4 s of CPU time instead of 0.5. */
module.exports = {};
