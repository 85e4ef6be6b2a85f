import { bytes, pipeline } from 'flowserve';

export const mistake = pipeline('mistake', { photo: bytes }, (photos) => {
  const crops = photos.flatMap({ crop: bytes }, ({ photo }) => [{ crop: photo }]);
  return crops.gather(photos, (a) => ({ largest: a.argMax('crop', { by: 'crop' }) }));
});
