SELECT generator, regime, kind, inside, outside, not_judged, outside_in
FROM realism_certificate
WHERE outside > 0
ORDER BY outside DESC, generator, regime;
