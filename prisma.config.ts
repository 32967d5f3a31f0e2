import { defineConfig } from 'prisma/config';

// Only `prisma generate` reads this file; migrations are applied by apps/api/src/platform/migrator.ts.
export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
