import { float32, nullable, pipeline, text } from 'flowserve';
import { arabic, persian } from './romanizers.ts';
import { detectLanguage } from './stages/detect-language.ts';

/**
 * Tells the language of each text and writes Arabic and Persian ones in Latin letters, each language by models of its own.
 * A text goes through one of them or none.
 */
export const transliteration = pipeline('transliteration', { text }, (texts) => {
  const detected = texts.derive(detectLanguage);
  const inArabic = detected.filter(['language'], ({ language }) => language === 'ar').extend(arabic);
  const inPersian = detected.filter(['language'], ({ language }) => language === 'fa').extend(persian);
  const either = inArabic.rename({ latin: 'fromArabic' }).join(inPersian.rename({ latin: 'fromPersian' }), { how: 'outer' });
  return detected
    .join(either, { how: 'left' })
    .map({ text, language: text, score: float32, latin: nullable(text) }, ({ text, language, score, fromArabic, fromPersian }) => ({
      text,
      language,
      score,
      latin: fromArabic ?? fromPersian,
    }));
});
