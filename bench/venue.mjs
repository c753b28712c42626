// The venue's side: signed webhooks over kept-alive connections.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { webhookHeaders } from './sign.mjs';

/** Posts deliveries of reports; a delivery that is not taken whole is a fault. */
export function openVenue(url, { connectionsMax, fault }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax, noDelay: true });
  const target = new URL('/webhooks/standard', url);
  return {
    sign(reports) {
      const envelope = { type: 'execution.reported', timestamp: new Date().toISOString(), data: reports };
      const body = JSON.stringify(envelope);
      return { reports: reports.length, body, headers: webhookHeaders(`msg_${randomUUID()}`, body) };
    },
    async post({ reports, headers, body }) {
      const answer = await exchange(target, { agent, method: 'POST', headers }, body);
      if (answer.status !== 200 || JSON.parse(answer.text).accepted !== reports)
        fault(`a delivery was answered with ${answer.status} ${answer.text}`);
    },
    close: () => agent.destroy(),
  };
}

function exchange(target, options, body) {
  return new Promise((resolve, reject) => {
    const sent = request(target, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
