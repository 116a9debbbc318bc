// The engine of `tercet audit verify`: a request as JSON on standard input, the verification as JSON on standard output.
import { json } from 'node:stream/consumers';
import { asTercetError } from '@tercet/kit';
import { verifyLog, verifyRequest } from './verify-log.js';

try {
  const verification = await verifyLog(verifyRequest.parse(await json(process.stdin)));
  process.stdout.write(JSON.stringify(verification));
} catch (error) {
  const known = asTercetError(error);
  process.stderr.write(`${known.message}\n`);
  process.exitCode = known.kind === 'Unavailable' ? 69 : 70;
}
