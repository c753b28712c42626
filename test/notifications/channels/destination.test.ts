import { describe, expect, it } from 'vitest';
import { isPublic, pushEndpointFault, webhookFault } from '../../../src/notifications/channels/destination.ts';

describe('an address', () => {
  it.each(['8.8.8.8', '93.184.216.34', '2606:4700::1111'])('%s is public', (address) =>
    expect(isPublic(address)).toBe(true),
  );

  it.each([
    ...['0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '192.168.0.1', '198.18.0.1'],
    ...['203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', 'fe80::1', 'fc00::1', 'fec0::1', 'ff02::1', '::ffff:10.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::'],
    ...['2001:db8::1', '2001::1', 'nonsense', ''],
  ])('%s is not', (address) => expect(isPublic(address)).toBe(false));
});

describe('the endpoint of a subscription', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/abc',
    'https://updates.push.services.mozilla.com/wpush/v2/abc',
    'https://web.push.apple.com/abc',
    'https://wns2-par02p.notify.windows.com/w/?token=abc',
    'http://127.0.0.1:4001/push/1',
  ])('%s is taken', (endpoint) => expect(pushEndpointFault(endpoint, ['http://127.0.0.1:4001'])).toBeNull());

  it.each([
    ['https://example.com/push', 'its host is no push service that we know'],
    ['https://fcm.googleapis.com.example.com/', 'its host is no push service that we know'],
    ['https://evilnotify.windows.com/', 'its host is no push service that we know'],
    ['http://fcm.googleapis.com/fcm/send/abc', 'it is not https'],
    ['https://fcm.googleapis.com:8443/', 'its port is not 443'],
    ['https://a:b@fcm.googleapis.com/', 'it holds a name or a password'],
    ['http://127.0.0.1:4002/push/1', 'it is not https'],
    ['', 'it is no URL, or too long'],
  ])('%s is not: %s', (endpoint, fault) => expect(pushEndpointFault(endpoint, ['http://127.0.0.1:4001'])).toBe(fault));
});

it('a webhook may be anywhere in public, and where the operator says', () => {
  expect(webhookFault('https://hooks.example.com/a', [])).toBeNull();
  expect(webhookFault('http://reports.internal:8080/a', ['http://reports.internal:8080'])).toBeNull();
  expect(webhookFault('http://reports.internal:8081/a', ['http://reports.internal:8080'])).toBe('it is not https');
});
