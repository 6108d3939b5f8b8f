"""Railways, pipelines, borders and distances: pure functions from frames to frames and numbers.

Lengths and distances are geodesic on the WGS84 ellipsoid and in kilometres. Layers come from the catalog
in longitude and latitude (EPSG:4326); nothing here reads a file.

What geometry can and cannot say: the main line measures about 1.2 per cent less along the thinned track
than its official length, a station leg may depart from the track by 4.9 km, and an indicative pipeline is a
sketch. So lengths are quoted from ``rail_lengths`` and checked here, with the difference shown.
"""

from corridors.routes.borders import border_lengths, borders_of, compare_borders
from corridors.routes.chainage import (
    Position,
    chainage_along,
    compare_chainage,
    locate,
    nearest_part,
    point_at,
    position,
)
from corridors.routes.course import whole_course
from corridors.routes.distances import distance_between_km, distance_table, distance_to_line_km
from corridors.routes.freight import composition, full_years, ownership_steps, transit
from corridors.routes.kilometre_posts import leg_excess, posts, station_leg_km
from corridors.routes.lengths import (
    assemble,
    length_by_line,
    length_by_part,
    length_by_status,
    length_inside_km,
    length_km,
    pipeline_lengths,
    sections,
    share_known_as_track,
)
from corridors.routes.stations import main_line_stations, schematic_legs, stations_on
from corridors.routes.wording import as_given

__all__ = [
    "Position",
    "as_given",
    "assemble",
    "border_lengths",
    "borders_of",
    "chainage_along",
    "compare_borders",
    "compare_chainage",
    "composition",
    "distance_between_km",
    "distance_table",
    "distance_to_line_km",
    "full_years",
    "leg_excess",
    "length_by_line",
    "length_by_part",
    "length_by_status",
    "length_inside_km",
    "length_km",
    "locate",
    "main_line_stations",
    "nearest_part",
    "ownership_steps",
    "pipeline_lengths",
    "point_at",
    "position",
    "posts",
    "schematic_legs",
    "sections",
    "share_known_as_track",
    "station_leg_km",
    "stations_on",
    "transit",
    "whole_course",
]
