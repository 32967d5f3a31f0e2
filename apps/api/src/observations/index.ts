export { ObservationsModule } from './observations.module';
export { ProfilesService } from './profiles.service';
export { ObservationsService, type StepObservations } from './observations.service';
