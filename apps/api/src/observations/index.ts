export { ObservationsModule } from './observations.module';
export { onOurClock } from './on-our-clock';
export { ProfilesService } from './profiles.service';
export { ObservationsService, type StepObservations } from './observations.service';
