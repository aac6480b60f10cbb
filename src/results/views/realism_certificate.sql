CREATE VIEW realism_certificate AS
SELECT
    generator,
    regime,
    any_value(kind) AS kind,
    count(*) FILTER (standing = 'inside') AS inside,
    count(*) FILTER (standing = 'outside') AS outside,
    count(*) FILTER (standing = 'not_judged') AS not_judged,
    string_agg(fact, ', ' ORDER BY fact) FILTER (standing = 'outside') AS outside_in,
    count(*) FILTER (value < real_low OR value > real_high) AS unlike_own_bars
FROM realism
GROUP BY generator, regime
ORDER BY generator, regime;

COMMENT ON VIEW realism_certificate IS
'One generator in one regime, or one real market: how many stylised facts lie inside and outside the bands of real markets, which are outside, and how many differ from all of the user''s own markets. Example: SELECT generator, regime, inside, outside, outside_in FROM realism_certificate ORDER BY outside DESC';
