import { demoUpstream } from './demo-upstream.js';

const server = demoUpstream();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
  });
server.listen(Number(process.env['PORT'] ?? 8085), process.env['HOST'] ?? '127.0.0.1');
