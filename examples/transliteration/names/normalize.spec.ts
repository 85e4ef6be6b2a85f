import { describe, expect, it } from 'vitest';
import { normalizeArabic, normalizePersian } from './normalize.ts';

describe('normalizeArabic', () => {
  it('leaves out vowel signs, stretches and invisible signs', () => {
    expect(normalizeArabic('صَلاحُ ـالدّين\u200f')).toBe('صلاح الدين');
  });

  it('puts one space for punctuation between words', () => {
    expect(normalizeArabic(' أحمد،  (محمود)؟ ')).toBe('أحمد محمود');
  });

  it('writes the letters of Persian keyboards as Arabic ones', () => {
    expect(normalizeArabic('کریمی')).toBe('كريمي');
  });

  it('keeps letters with hamza and what is not Arabic', () => {
    expect(normalizeArabic('أؤئ 1187 Paris')).toBe('أؤئ 1187 Paris');
  });
});

describe('normalizePersian', () => {
  it('makes two words where an invisible sign sets parts apart', () => {
    expect(normalizePersian('علی\u200cاکبر')).toBe('علي اكبر');
  });
});
