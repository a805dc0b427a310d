// The suite imports fs.globSync, which Node 20 does not have, and never calls it for servers. It must be there before
// anybody imports fs, whose exports are counted then.
process.getBuiltinModule("node:fs").globSync ??= () => [];
