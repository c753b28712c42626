import { describe, expect, it } from 'vitest';
import { originOf } from '../../src/orders/origin.ts';

describe('the platform', () => {
  it.each([
    ['is the token’s, in whatever case', { platform: 'Ios' }, {}, 'IOS'],
    ['is the input’s where the token says none', {}, { platform: 'WEB' }, 'WEB'],
    ['is the token’s where the input says otherwise', { platform: 'android' }, { platform: 'WEB' }, 'ANDROID'],
    ['is the input’s where the token’s is none that we know', { platform: 'fridge' }, { platform: 'WEB' }, 'WEB'],
    ['is API where nobody says', {}, {}, 'API'],
    ['is API where the input says null', {}, { platform: null }, 'API'],
  ] as const)('%s', (...[, issued, said, platform]) => {
    expect(originOf(issued, said).platform).toBe(platform);
  });
});

describe('the client', () => {
  it.each([
    ['is the token’s', { client: 'acme-ios' }, {}, 'acme-ios'],
    ['is the input’s where the token names none', {}, { client: 'acme-ios/2.3' }, 'acme-ios/2.3'],
    ['gets the version that the input adds', { client: 'acme-ios' }, { client: 'acme-ios/2.3' }, 'acme-ios/2.3'],
    ['is never another app than the token’s', { client: 'acme-ios' }, { client: 'acme-web/9' }, 'acme-ios'],
    ['is not the beginning of another name', { client: 'acme' }, { client: 'acme-web/9' }, 'acme'],
    ['is nobody where nobody says', {}, {}, null],
  ] as const)('%s', (...[, issued, said, client]) => {
    expect(originOf(issued, said).client).toBe(client);
  });
});
